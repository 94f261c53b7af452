"""German."""

from typing import Final

NOTICES: Final = {
    "lead.received": (
        "Neuer Lead: {name}",
        "Ein Lead für {customerName} ist eingegangen. Nehmen Sie ihn bis {until} an oder lehnen Sie ihn ab.",
    ),
    "lead.hot": (
        "Kontaktieren Sie diesen Kunden jetzt: {name}",
        "{customerName} möchte direkt kontaktiert werden. Kontaktieren Sie den Kunden so schnell wie möglich, und "
        "nehmen Sie den Lead bis {until} an oder lehnen Sie ihn ab.",
    ),
    "referral.received": (
        "Neue Empfehlung: {name}",
        "{senderName} hat Ihnen „{name}“ für {customerName} gesendet. Nehmen Sie bis {until} an oder lehnen Sie ab.",
    ),
    "referral.accepted": ("Angenommen: {name}", "Jemand aus Ihrem Team hat „{name}“ für {customerName} angenommen."),
    "referral.declined": ("Abgelehnt: {name}", "Jemand aus Ihrem Team hat „{name}“ für {customerName} abgelehnt."),
    "referral.expired": (
        "Abgelaufen: {name}",
        "Niemand hat „{name}“ für {customerName} rechtzeitig beantwortet. Es ist abgelaufen.",
    ),
    "referral.withdrawn": (
        "Zurückgezogen: {name}",
        "{senderName} hat sein Geschäft vor Ihrer Antwort geschlossen. „{name}“ verlangt nichts mehr von Ihnen.",
    ),
    "referral.won": ("Gewonnen: {name}", "„{name}“ für {customerName} wurde in Ihrem Team als gewonnen geschlossen."),
    "referral.lost": ("Verloren: {name}", "„{name}“ für {customerName} wurde in Ihrem Team als verloren geschlossen."),
    "referral.error": (
        "Als Fehler geschlossen: {name}",
        "„{name}“ für {customerName} wurde in Ihrem Team als Fehler geschlossen.",
    ),
    "invitation.accepted": (
        "{otherName} hat angenommen: {name}",
        "{otherName} macht bei „{name}“ für {customerName} mit.",
    ),
    "invitation.declined": (
        "{otherName} hat abgelehnt: {name}",
        "{otherName} macht bei „{name}“ für {customerName} nicht mit. Der Grund steht auf der Seite des Geschäfts.",
    ),
    "invitation.expired": (
        "Keine Antwort von {otherName}: {name}",
        "{otherName} hat bei „{name}“ ({customerName}) nicht rechtzeitig geantwortet. Sie können erneut fragen.",
    ),
    "invitation.won": (
        "{otherName} hat gewonnen: {name}",
        "{otherName} hat den eigenen Teil von „{name}“ für {customerName} als gewonnen geschlossen.",
    ),
    "invitation.lost": (
        "{otherName} hat verloren: {name}",
        "{otherName} hat den eigenen Teil von „{name}“ für {customerName} als verloren geschlossen.",
    ),
    "note.received": ("Neue Notiz: {name}", "{otherName} hat eine Notiz zu „{name}“ für {customerName} geteilt."),
    "sender.changed": (
        "Geändert: {name}",
        "{senderName} hat die eigene Seite von „{name}“ für {customerName} geändert.",
    ),
    "consent.withdrawn": (
        "Kontakt entfernt: {name}",
        "Die Einwilligung zum Kontakt von {customerName} wurde widerrufen. Er ist aus „{name}“ entfernt.",
    ),
    "reminder": (
        "Bis {until} antworten: {name}",
        "„{name}“ für {customerName} wartet noch auf Ihre Antwort. Ablauf: {until}. Verbleibende Tage: {daysLeft}.",
    ),
    "escalation": (
        "Läuft bald ab: {name}",
        "Niemand hat „{name}“ für {customerName} bisher beantwortet. Ablauf: {until}. Sie erfahren das, weil Sie die "
        "Organisation oder diesen Standort betreuen.",
    ),
    "delivery.failed": (
        "Webhook nicht zugestellt: {name}",
        "{name} war einen Tag lang nicht erreichbar ({reason}). Nicht Zugestelltes kann erneut gesendet werden.",
    ),
    "other": ("Neues: {name}", "Bei „{name}“ für {customerName} gibt es Neues."),
}

PHRASES: Final = {
    "moment": "%d.%m.%Y, %H:%M UTC",
    "the customer": "den Kunden",
    "the sender": "Der Absender",
    "the other side": "Die andere Seite",
    "open": "In Cosell Desk öffnen",
    "why": "Sie erhalten diese Nachricht, weil Sie in Cosell Desk an Empfehlungen arbeiten.",
    "change": "Auswählen, was Ihnen gemailt wird",
    "digest.title": "Cosell Desk: {count} weitere Mitteilungen",
    "digest.intro": "Es ist mehr geschehen, als wir einzeln mailen. Das haben Sie noch nicht per Mail bekommen.",
    "digest.more": "Und {count} weitere in Ihrer Liste der Mitteilungen.",
    "digest.all": "Alle Mitteilungen",
    "customer.confirmation.title": "Bitte bestätigen Sie Ihre Anfrage an {partner}",
    "customer.confirmation.body": "Sie haben {partner} gebeten, sich bei Ihnen zu melden. Ihre Anfrage ist dort "
    "angekommen. Bitte bestätigen Sie, dass dies Ihre Adresse ist, damit wir Ihnen mitteilen dürfen, was daraus wird.",
    "customer.confirmation.action": "Adresse bestätigen",
    "customer.confirmation.why": "Wenn Sie diese Anfrage nicht gesendet haben, tun Sie nichts: Ohne Ihre Bestätigung "
    "erhalten Sie dazu keine weitere Mail.",
    "customer.greeting": "Guten Tag {firstName},",
    "customer.declined.title": "{partner} kann Ihre Anfrage nicht übernehmen",
    "customer.declined.body": "{partner} kann Ihre Anfrage nicht übernehmen. Bitte wählen Sie einen anderen Partner.",
    "customer.expired.title": "{partner} hat Ihre Anfrage nicht beantwortet",
    "customer.expired.body": "{partner} hat Ihre Anfrage nicht rechtzeitig beantwortet; sie ist dort beendet. Bitte "
    "wählen Sie einen anderen Partner.",
    "customer.alternatives": "Diese könnten passen:",
    "customer.none": "Weitere finden Sie im Verzeichnis.",
    "customer.directory": "Im Verzeichnis suchen",
    "customer.why": "Sie erhalten diese Mail wegen einer Anfrage an {partner}, die diese Adresse nannte.",
}
