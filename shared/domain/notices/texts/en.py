"""English."""

from typing import Final

NOTICES: Final = {
    "lead.received": ("New lead: {name}", "A lead for {customerName} has come in. Accept or decline it by {until}."),
    "lead.hot": (
        "Contact this customer now: {name}",
        "{customerName} asked to be contacted directly. Contact the customer as quickly as possible, and accept or "
        "decline the lead by {until}.",
    ),
    "referral.received": (
        "New referral: {name}",
        "{senderName} sent you “{name}” for {customerName}. Accept or decline it by {until}.",
    ),
    "referral.accepted": ("Accepted: {name}", "A colleague accepted “{name}” for {customerName}."),
    "referral.declined": ("Declined: {name}", "A colleague declined “{name}” for {customerName}."),
    "referral.expired": ("Expired: {name}", "Nobody answered “{name}” for {customerName} in time. It has expired."),
    "referral.withdrawn": (
        "Withdrawn: {name}",
        "{senderName} closed its deal before you answered. “{name}” asks nothing of you any more.",
    ),
    "referral.won": ("Won: {name}", "A colleague closed “{name}” for {customerName} as won."),
    "referral.lost": ("Lost: {name}", "A colleague closed “{name}” for {customerName} as lost."),
    "referral.error": ("Closed as an error: {name}", "A colleague closed “{name}” for {customerName} as an error."),
    "invitation.accepted": ("{otherName} accepted: {name}", "{otherName} takes part in “{name}” for {customerName}."),
    "invitation.declined": (
        "{otherName} declined: {name}",
        "{otherName} does not take part in “{name}” for {customerName}. The reason is on the referral's page.",
    ),
    "invitation.expired": (
        "No answer from {otherName}: {name}",
        "{otherName} did not answer in time for “{name}” ({customerName}). You can ask again.",
    ),
    "invitation.won": ("{otherName} won: {name}", "{otherName} closed its part of “{name}” for {customerName} as won."),
    "invitation.lost": (
        "{otherName} lost: {name}",
        "{otherName} closed its part of “{name}” for {customerName} as lost.",
    ),
    "note.received": ("New note: {name}", "{otherName} shared a note on “{name}” for {customerName}."),
    "sender.changed": ("Changed: {name}", "{senderName} changed its side of “{name}” for {customerName}."),
    "consent.withdrawn": (
        "Contact removed: {name}",
        "The consent to keep the contact of {customerName} was withdrawn. It is removed from “{name}”.",
    ),
    "reminder": (
        "Answer by {until}: {name}",
        "“{name}” for {customerName} still waits for your answer. It expires on {until}. Days left: {daysLeft}.",
    ),
    "escalation": (
        "About to expire: {name}",
        "Nobody has answered “{name}” for {customerName} yet. It expires on {until}. You are told because "
        "you look after "
        "the organization or this location.",
    ),
    "delivery.failed": (
        "Webhook not delivered: {name}",
        "{name} could not be reached for a day ({reason}). What was not delivered can be sent again.",
    ),
    "other": ("News: {name}", "Something happened to “{name}” for {customerName}."),
}

PHRASES: Final = {
    "moment": "%d %b %Y, %H:%M UTC",
    "the customer": "the customer",
    "the sender": "The sender",
    "the other side": "The other side",
    "open": "Open it in Cosell Desk",
    "why": "You are told because you work on referrals in Cosell Desk.",
    "change": "Choose what is mailed to you",
    "digest.title": "Cosell Desk: {count} more notices",
    "digest.intro": "More happened than we mail one by one. This is what you have not been mailed yet.",
    "digest.more": "And {count} more, in your list of notices.",
    "digest.all": "All notices",
    "customer.confirmation.title": "Please confirm your request to {partner}",
    "customer.confirmation.body": "You asked {partner} to contact you. Your request has arrived there. Please confirm "
    "that this is your address, so that we may tell you what becomes of it.",
    "customer.confirmation.action": "Confirm the address",
    "customer.confirmation.why": "If you did not send this request, do nothing: without your confirmation you get no "
    "other mail about it.",
    "customer.greeting": "Hello {firstName},",
    "customer.declined.title": "{partner} cannot take up your request",
    "customer.declined.body": "{partner} cannot take up your request. Please choose another partner.",
    "customer.expired.title": "{partner} has not answered your request",
    "customer.expired.body": "{partner} did not answer your request in time, and it has ended there. Please choose "
    "another partner.",
    "customer.alternatives": "These may fit:",
    "customer.none": "You find others in the directory.",
    "customer.directory": "Search the directory",
    "customer.why": "You get this mail because of a request to {partner} that named this address.",
}
