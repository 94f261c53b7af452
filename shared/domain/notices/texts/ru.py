"""Russian."""

from typing import Final

NOTICES: Final = {
    "lead.received": (
        "Новая заявка: {name}",
        "Поступила заявка, клиент: {customerName}. Примите или отклоните её до {until}.",
    ),
    "lead.hot": (
        "Свяжитесь с клиентом сейчас: {name}",
        "{customerName} просит связаться напрямую. Свяжитесь с клиентом как можно быстрее и примите или отклоните "
        "заявку до {until}.",
    ),
    "referral.received": (
        "Новая рекомендация: {name}",
        "{senderName} направляет вам «{name}», клиент: {customerName}. Примите или отклоните до {until}.",
    ),
    "referral.accepted": ("Принято: {name}", "Ваш коллега принял «{name}», клиент: {customerName}."),
    "referral.declined": ("Отклонено: {name}", "Ваш коллега отклонил «{name}», клиент: {customerName}."),
    "referral.expired": (
        "Срок истёк: {name}",
        "На «{name}» ({customerName}) никто не ответил вовремя. Срок истёк.",
    ),
    "referral.withdrawn": (
        "Отозвано: {name}",
        "{senderName}: сделка закрыта до вашего ответа. «{name}» больше ничего от вас не требует.",
    ),
    "referral.won": ("Выиграно: {name}", "Ваш коллега закрыл «{name}» ({customerName}) как выигранную сделку."),
    "referral.lost": ("Проиграно: {name}", "Ваш коллега закрыл «{name}» ({customerName}) как проигранную сделку."),
    "referral.error": ("Закрыто как ошибка: {name}", "Ваш коллега закрыл «{name}» ({customerName}) как ошибку."),
    "invitation.accepted": ("{otherName}: принято – {name}", "{otherName} участвует в «{name}» ({customerName})."),
    "invitation.declined": (
        "{otherName}: отклонено – {name}",
        "{otherName} не участвует в «{name}» ({customerName}). Причина указана на странице сделки.",
    ),
    "invitation.expired": (
        "Нет ответа от {otherName}: {name}",
        "{otherName}: ответа по «{name}» ({customerName}) вовремя не было. Можно спросить ещё раз.",
    ),
    "invitation.won": (
        "{otherName}: выиграно – {name}",
        "{otherName}: своя часть «{name}» ({customerName}) закрыта как выигранная.",
    ),
    "invitation.lost": (
        "{otherName}: проиграно – {name}",
        "{otherName}: своя часть «{name}» ({customerName}) закрыта как проигранная.",
    ),
    "note.received": ("Новая заметка: {name}", "{otherName}: новая общая заметка к «{name}» ({customerName})."),
    "sender.changed": ("Изменено: {name}", "{senderName}: изменения на своей стороне «{name}» ({customerName})."),
    "consent.withdrawn": (
        "Контакт удалён: {name}",
        "Согласие на хранение контакта ({customerName}) отозвано. Контакт удалён из «{name}».",
    ),
    "reminder": (
        "Ответьте до {until}: {name}",
        "«{name}» ({customerName}) всё ещё ждёт вашего ответа. Срок истекает {until}. Осталось дней: {daysLeft}.",
    ),
    "escalation": (
        "Срок скоро истечёт: {name}",
        "На «{name}» ({customerName}) ещё никто не ответил. Срок истекает {until}. Вы получили это, потому что "
        "отвечаете за организацию или это отделение.",
    ),
    "delivery.failed": (
        "Webhook не доставлен: {name}",
        "{name}: сутки нет связи ({reason}). Недоставленное можно отправить ещё раз.",
    ),
    "other": ("Новости: {name}", "Есть новости по «{name}» ({customerName})."),
}

PHRASES: Final = {
    "moment": "%d.%m.%Y, %H:%M UTC",
    "the customer": "клиент",
    "the sender": "Отправитель",
    "the other side": "Другая сторона",
    "open": "Открыть в Cosell Desk",
    "why": "Вы получили это сообщение, потому что работаете с рекомендациями в Cosell Desk.",
    "change": "Выбрать, что присылать по почте",
    "digest.title": "Cosell Desk: ещё уведомлений – {count}",
    "digest.intro": "Произошло больше, чем мы присылаем по одному. Вот то, чего вы ещё не получали по почте.",
    "digest.more": "И ещё {count} – в списке уведомлений.",
    "digest.all": "Все уведомления",
    "customer.confirmation.title": "Подтвердите ваш запрос в {partner}",
    "customer.confirmation.body": "Вы просили {partner} связаться с вами. Ваш запрос доставлен. Подтвердите, что это "
    "ваш адрес, чтобы мы могли сообщить вам, что с ним стало.",
    "customer.confirmation.action": "Подтвердить адрес",
    "customer.confirmation.why": "Если вы не отправляли этот запрос, ничего не делайте: без подтверждения других писем "
    "о нём не будет.",
    "customer.greeting": "Здравствуйте, {firstName}!",
    "customer.declined.title": "{partner} не сможет взяться за ваш запрос",
    "customer.declined.body": "{partner} не сможет взяться за ваш запрос. Пожалуйста, выберите другого партнёра.",
    "customer.expired.title": "{partner}: на ваш запрос не ответили",
    "customer.expired.body": "{partner}: ответа на ваш запрос вовремя не было, и он завершён. Пожалуйста, выберите "
    "другого партнёра.",
    "customer.alternatives": "Могут подойти:",
    "customer.none": "Других партнёров вы найдёте в каталоге.",
    "customer.directory": "Искать в каталоге",
    "customer.why": "Вы получили это письмо из-за запроса в {partner}, где был указан этот адрес.",
}
