"""Spanish."""

from typing import Final

NOTICES: Final = {
    "lead.received": (
        "Nuevo cliente potencial: {name}",
        "Ha llegado un cliente potencial de {customerName}. Acéptelo o rechácelo antes del {until}.",
    ),
    "lead.hot": (
        "Contacte ahora con este cliente: {name}",
        "{customerName} ha pedido que se le contacte directamente. Contacte con el cliente cuanto antes, y acepte o "
        "rechace antes del {until}.",
    ),
    "referral.received": (
        "Nueva recomendación: {name}",
        "{senderName} le ha enviado «{name}» para {customerName}. Acepte o rechace antes del {until}.",
    ),
    "referral.accepted": ("Aceptado: {name}", "Un compañero ha aceptado «{name}» para {customerName}."),
    "referral.declined": ("Rechazado: {name}", "Un compañero ha rechazado «{name}» para {customerName}."),
    "referral.expired": ("Caducado: {name}", "Nadie respondió a tiempo a «{name}» para {customerName}. Ha caducado."),
    "referral.withdrawn": (
        "Retirado: {name}",
        "{senderName} cerró su negocio antes de su respuesta. «{name}» ya no le pide nada.",
    ),
    "referral.won": ("Ganado: {name}", "Un compañero ha cerrado «{name}» para {customerName} como ganado."),
    "referral.lost": ("Perdido: {name}", "Un compañero ha cerrado «{name}» para {customerName} como perdido."),
    "referral.error": (
        "Cerrado como error: {name}",
        "Un compañero ha cerrado «{name}» para {customerName} como error.",
    ),
    "invitation.accepted": (
        "{otherName} ha aceptado: {name}",
        "{otherName} participa en «{name}» para {customerName}.",
    ),
    "invitation.declined": (
        "{otherName} ha rechazado: {name}",
        "{otherName} no participa en «{name}» para {customerName}. El motivo está en la página del negocio.",
    ),
    "invitation.expired": (
        "Sin respuesta de {otherName}: {name}",
        "{otherName} no respondió a tiempo en «{name}» ({customerName}). Puede volver a preguntar.",
    ),
    "invitation.won": (
        "{otherName} ha ganado: {name}",
        "{otherName} ha cerrado su parte de «{name}» para {customerName} como ganada.",
    ),
    "invitation.lost": (
        "{otherName} ha perdido: {name}",
        "{otherName} ha cerrado su parte de «{name}» para {customerName} como perdida.",
    ),
    "note.received": ("Nueva nota: {name}", "{otherName} ha compartido una nota sobre «{name}» para {customerName}."),
    "sender.changed": ("Modificado: {name}", "{senderName} ha modificado su lado de «{name}» para {customerName}."),
    "consent.withdrawn": (
        "Contacto eliminado: {name}",
        "Se retiró el consentimiento sobre el contacto de {customerName}. Se ha eliminado de «{name}».",
    ),
    "reminder": (
        "Responda antes del {until}: {name}",
        "«{name}» para {customerName} sigue esperando su respuesta. Caduca el {until}. Días restantes: {daysLeft}.",
    ),
    "escalation": (
        "A punto de caducar: {name}",
        "Nadie ha respondido aún a «{name}» para {customerName}. Caduca el {until}. Se le avisa porque usted "
        "se ocupa de "
        "la organización o de esta sede.",
    ),
    "delivery.failed": (
        "Webhook no entregado: {name}",
        "No se pudo acceder a {name} durante un día ({reason}). Lo no entregado puede enviarse de nuevo.",
    ),
    "other": ("Novedades: {name}", "Hay novedades en «{name}» para {customerName}."),
}

PHRASES: Final = {
    "moment": "%d/%m/%Y %H:%M UTC",
    "the customer": "el cliente",
    "the sender": "El remitente",
    "the other side": "La otra parte",
    "open": "Abrir en Cosell Desk",
    "why": "Recibe este mensaje porque trabaja con recomendaciones en Cosell Desk.",
    "change": "Elegir qué se le envía por correo",
    "digest.title": "Cosell Desk: {count} avisos más",
    "digest.intro": "Ha ocurrido más de lo que enviamos uno por uno. Esto es lo que aún no ha recibido por correo.",
    "digest.more": "Y {count} más, en su lista de avisos.",
    "digest.all": "Todos los avisos",
    "customer.confirmation.title": "Confirme su solicitud a {partner}",
    "customer.confirmation.body": "Ha pedido a {partner} que se ponga en contacto con usted. Su solicitud ha llegado. "
    "Confirme que esta es su dirección, para que podamos decirle qué ocurre con ella.",
    "customer.confirmation.action": "Confirmar la dirección",
    "customer.confirmation.why": "Si usted no envió esta solicitud, no haga nada: sin su confirmación no recibirá "
    "ningún otro correo al respecto.",
    "customer.greeting": "Hola, {firstName}:",
    "customer.declined.title": "{partner} no puede atender su solicitud",
    "customer.declined.body": "{partner} no puede atender su solicitud. Elija otro socio, por favor.",
    "customer.expired.title": "{partner} no ha respondido a su solicitud",
    "customer.expired.body": "{partner} no respondió a tiempo a su solicitud, que allí ha terminado. Elija otro socio, "
    "por favor.",
    "customer.alternatives": "Estos podrían encajar:",
    "customer.none": "Encontrará otros en el directorio.",
    "customer.directory": "Buscar en el directorio",
    "customer.why": "Recibe este correo por una solicitud a {partner} que indicaba esta dirección.",
}
