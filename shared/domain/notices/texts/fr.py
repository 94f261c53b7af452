"""French."""

from typing import Final

NOTICES: Final = {
    "lead.received": (
        "Nouvelle piste : {name}",
        "Une piste est arrivée pour {customerName}. Acceptez-la ou refusez-la avant le {until}.",
    ),
    "lead.hot": (
        "Contactez ce client maintenant : {name}",
        "{customerName} a demandé à être contacté directement. Contactez le client au plus vite, puis acceptez ou "
        "refusez la piste avant le {until}.",
    ),
    "referral.received": (
        "Nouvelle recommandation : {name}",
        "{senderName} vous a envoyé « {name} » pour {customerName}. Acceptez ou refusez avant le {until}.",
    ),
    "referral.accepted": ("Accepté : {name}", "Un collègue a accepté « {name} » pour {customerName}."),
    "referral.declined": ("Refusé : {name}", "Un collègue a refusé « {name} » pour {customerName}."),
    "referral.expired": (
        "Expiré : {name}",
        "Personne n’a répondu à temps à « {name} » pour {customerName} : c’est expiré.",
    ),
    "referral.withdrawn": (
        "Retiré : {name}",
        "{senderName} a clos son affaire avant votre réponse. « {name} » ne vous demande plus rien.",
    ),
    "referral.won": ("Gagné : {name}", "Un collègue a clos « {name} » pour {customerName} comme gagné."),
    "referral.lost": ("Perdu : {name}", "Un collègue a clos « {name} » pour {customerName} comme perdu."),
    "referral.error": ("Clos comme erreur : {name}", "Un collègue a clos « {name} » pour {customerName} comme erreur."),
    "invitation.accepted": (
        "{otherName} a accepté : {name}",
        "{otherName} participe à « {name} » pour {customerName}.",
    ),
    "invitation.declined": (
        "{otherName} a refusé : {name}",
        "{otherName} ne participe pas à « {name} » pour {customerName}. Le motif figure sur la page de l’affaire.",
    ),
    "invitation.expired": (
        "Pas de réponse de {otherName} : {name}",
        "{otherName} n’a pas répondu à temps pour « {name} » ({customerName}). Vous pouvez redemander.",
    ),
    "invitation.won": (
        "{otherName} a gagné : {name}",
        "{otherName} a clos sa partie de « {name} » pour {customerName} comme gagnée.",
    ),
    "invitation.lost": (
        "{otherName} a perdu : {name}",
        "{otherName} a clos sa partie de « {name} » pour {customerName} comme perdue.",
    ),
    "note.received": ("Nouvelle note : {name}", "{otherName} a partagé une note sur « {name} » pour {customerName}."),
    "sender.changed": ("Modifié : {name}", "{senderName} a modifié son côté de « {name} » pour {customerName}."),
    "consent.withdrawn": (
        "Contact supprimé : {name}",
        "L’accord pour garder le contact de {customerName} a été retiré. Le contact est supprimé de « {name} ».",
    ),
    "reminder": (
        "Répondez avant le {until} : {name}",
        "« {name} » pour {customerName} attend toujours votre réponse. Expiration le {until}. Jours restants "
        ": {daysLeft}.",
    ),
    "escalation": (
        "Sur le point d’expirer : {name}",
        "Personne n’a encore répondu à « {name} » pour {customerName}. Expiration le {until}. Vous êtes "
        "informé parce que "
        "vous êtes responsable de l’organisation ou de ce site.",
    ),
    "delivery.failed": (
        "Webhook non remis : {name}",
        "{name} n’a pas pu être joint pendant un jour ({reason}). Ce qui n’a pas été remis peut être renvoyé.",
    ),
    "other": ("Du nouveau : {name}", "Il y a du nouveau pour « {name} » ({customerName})."),
}

PHRASES: Final = {
    "moment": "%d/%m/%Y %H:%M UTC",
    "the customer": "le client",
    "the sender": "L’expéditeur",
    "the other side": "L’autre partie",
    "open": "Ouvrir dans Cosell Desk",
    "why": "Vous recevez ce message parce que vous travaillez sur des recommandations dans Cosell Desk.",
    "change": "Choisir ce qui vous est envoyé",
    "digest.title": "Cosell Desk : {count} autres avis",
    "digest.intro": "Il s’est passé plus que ce que nous envoyons un par un. Voici ce que vous n’avez pas encore reçu.",
    "digest.more": "Et {count} de plus, dans votre liste d’avis.",
    "digest.all": "Tous les avis",
    "customer.confirmation.title": "Merci de confirmer votre demande à {partner}",
    "customer.confirmation.body": "Vous avez demandé à {partner} de vous contacter. Votre demande y est arrivée. Merci "
    "de confirmer que cette adresse est la vôtre, pour que nous puissions vous dire ce qu’il en advient.",
    "customer.confirmation.action": "Confirmer l’adresse",
    "customer.confirmation.why": "Si vous n’avez pas envoyé cette demande, ne faites rien : sans votre confirmation, "
    "vous ne recevrez aucun autre message à ce sujet.",
    "customer.greeting": "Bonjour {firstName},",
    "customer.declined.title": "{partner} ne peut pas donner suite à votre demande",
    "customer.declined.body": "{partner} ne peut pas donner suite à votre demande. Merci de choisir un autre "
    "partenaire.",
    "customer.expired.title": "{partner} n’a pas répondu à votre demande",
    "customer.expired.body": "{partner} n’a pas répondu à temps à votre demande, qui y a pris fin. Merci de choisir un "
    "autre partenaire.",
    "customer.alternatives": "Ceux-ci pourraient convenir :",
    "customer.none": "Vous en trouverez d’autres dans l’annuaire.",
    "customer.directory": "Chercher dans l’annuaire",
    "customer.why": "Vous recevez ce message à cause d’une demande à {partner} qui indiquait cette adresse.",
}
