"""Portuguese."""

from typing import Final

NOTICES: Final = {
    "lead.received": (
        "Novo lead: {name}",
        "Chegou um lead de {customerName}. Aceite-o ou recuse-o até {until}.",
    ),
    "lead.hot": (
        "Contacte este cliente agora: {name}",
        "{customerName} pediu para ser contactado diretamente. Contacte o cliente o mais depressa possível e aceite ou "
        "recuse o lead até {until}.",
    ),
    "referral.received": (
        "Nova recomendação: {name}",
        "{senderName} enviou-lhe “{name}” para {customerName}. Aceite ou recuse até {until}.",
    ),
    "referral.accepted": ("Aceite: {name}", "Um colega aceitou “{name}” para {customerName}."),
    "referral.declined": ("Recusado: {name}", "Um colega recusou “{name}” para {customerName}."),
    "referral.expired": ("Expirado: {name}", "Ninguém respondeu a tempo a “{name}” para {customerName}. Expirou."),
    "referral.withdrawn": (
        "Retirado: {name}",
        "{senderName} fechou o seu negócio antes da sua resposta. “{name}” já não lhe pede nada.",
    ),
    "referral.won": ("Ganho: {name}", "Um colega fechou “{name}” para {customerName} como ganho."),
    "referral.lost": ("Perdido: {name}", "Um colega fechou “{name}” para {customerName} como perdido."),
    "referral.error": ("Fechado como erro: {name}", "Um colega fechou “{name}” para {customerName} como erro."),
    "invitation.accepted": ("{otherName} aceitou: {name}", "{otherName} participa em “{name}” para {customerName}."),
    "invitation.declined": (
        "{otherName} recusou: {name}",
        "{otherName} não participa em “{name}” para {customerName}. O motivo está na página do negócio.",
    ),
    "invitation.expired": (
        "Sem resposta de {otherName}: {name}",
        "{otherName} não respondeu a tempo em “{name}” ({customerName}). Pode voltar a perguntar.",
    ),
    "invitation.won": (
        "{otherName} ganhou: {name}",
        "{otherName} fechou a sua parte de “{name}” para {customerName} como ganha.",
    ),
    "invitation.lost": (
        "{otherName} perdeu: {name}",
        "{otherName} fechou a sua parte de “{name}” para {customerName} como perdida.",
    ),
    "note.received": ("Nova nota: {name}", "{otherName} partilhou uma nota sobre “{name}” para {customerName}."),
    "sender.changed": ("Alterado: {name}", "{senderName} alterou o seu lado de “{name}” para {customerName}."),
    "consent.withdrawn": (
        "Contacto removido: {name}",
        "O consentimento sobre o contacto de {customerName} foi retirado. Foi removido de “{name}”.",
    ),
    "reminder": (
        "Responda até {until}: {name}",
        "“{name}” para {customerName} ainda espera a sua resposta. Expira a {until}. Dias restantes: {daysLeft}.",
    ),
    "escalation": (
        "Prestes a expirar: {name}",
        "Ninguém respondeu ainda a “{name}” para {customerName}. Expira a {until}. É avisado porque cuida da "
        "organização "
        "ou desta localização.",
    ),
    "delivery.failed": (
        "Webhook não entregue: {name}",
        "Não foi possível contactar {name} durante um dia ({reason}). O que não foi entregue pode ser reenviado.",
    ),
    "other": ("Novidades: {name}", "Há novidades em “{name}” para {customerName}."),
}

PHRASES: Final = {
    "moment": "%d/%m/%Y %H:%M UTC",
    "the customer": "o cliente",
    "the sender": "O remetente",
    "the other side": "A outra parte",
    "open": "Abrir no Cosell Desk",
    "why": "Recebe esta mensagem porque trabalha com recomendações no Cosell Desk.",
    "change": "Escolher o que lhe é enviado por e-mail",
    "digest.title": "Cosell Desk: mais {count} avisos",
    "digest.intro": "Aconteceu mais do que enviamos um a um. Isto é o que ainda não recebeu por e-mail.",
    "digest.more": "E mais {count}, na sua lista de avisos.",
    "digest.all": "Todos os avisos",
    "customer.confirmation.title": "Confirme o seu pedido a {partner}",
    "customer.confirmation.body": "Pediu a {partner} que entrasse em contacto consigo. O seu pedido chegou lá. "
    "Confirme que este é o seu endereço, para que possamos dizer-lhe o que acontece com ele.",
    "customer.confirmation.action": "Confirmar o endereço",
    "customer.confirmation.why": "Se não enviou este pedido, não faça nada: sem a sua confirmação não recebe mais "
    "nenhum e-mail sobre ele.",
    "customer.greeting": "Olá, {firstName},",
    "customer.declined.title": "{partner} não pode atender o seu pedido",
    "customer.declined.body": "{partner} não pode atender o seu pedido. Escolha outro parceiro, por favor.",
    "customer.expired.title": "{partner} não respondeu ao seu pedido",
    "customer.expired.body": "{partner} não respondeu a tempo ao seu pedido, que terminou lá. Escolha outro parceiro, "
    "por favor.",
    "customer.alternatives": "Estes podem servir:",
    "customer.none": "Encontra outros no diretório.",
    "customer.directory": "Procurar no diretório",
    "customer.why": "Recebe este e-mail por causa de um pedido a {partner} que indicava este endereço.",
}
