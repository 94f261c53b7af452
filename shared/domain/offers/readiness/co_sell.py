"""The six checks of a co-sell ready offer (DOMAIN, "Offers and readiness")."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from shared.domain.errors import FieldError
from shared.domain.offers.readiness.check import Call, Check, CheckId, counted, failed, fix, named, passed
from shared.domain.offers.readiness.grid import GridRow, without_sales
from shared.domain.offers.readiness.limits import Limits
from shared.domain.places import COUNTRIES_WITHOUT_CONTACTS, EVERYWHERE

Offer = Mapping[str, Any]
"""The stored offer, or the published snapshot: what is read here has the same names in both."""


def checks(offer: Offer, profile_missing: Sequence[FieldError], rows: list[GridRow], limits: Limits) -> list[Check]:
    return [
        profile_complete(profile_missing),
        offer_live(offer),
        listing_complete(offer, limits),
        document(offer, "one_pager", "solution_one_pager", "solution one-pager"),
        pitch_deck(offer),
        sales_contacts(offer, rows),
    ]


def profile_complete(profile_missing: Sequence[FieldError]) -> Check:
    if not profile_missing:
        return passed("profile_complete", "The business profile is complete.")
    evidence = f"The business profile lacks {named(each.field for each in profile_missing)}."
    todo = " ".join(each.message for each in profile_missing)
    fill_in = f"Fill in {named(each.field for each in profile_missing)} in the business profile."
    return failed("profile_complete", evidence, todo, fix(fill_in, "/profile"))


def offer_live(offer: Offer) -> Check:
    page, path = f"/offers/{offer['id']}", f"/api/offers/{offer['id']}"
    go_live = fix("Go live.", page, {"method": "POST", "path": f"{path}/go-live"})
    match offer["state"]:
        case "live":
            return passed("offer_live", "The offer is live.")
        case "validated":
            todo = "Take the offer live: it is validated, and nothing else is needed for that."
            return failed("offer_live", "The offer is validated, but not live yet.", todo, go_live)
        case "validating":
            todo = "Wait until the offer is validated, then take it live."
            return failed("offer_live", "The offer is published and being validated.", todo, go_live)
    body = {"scope": "all"}
    publish = fix("Publish everything.", page, {"method": "POST", "path": f"{path}/publish", "body": body})
    problems = " ".join(each["message"] for each in offer.get("validation") or [])
    was = f"Validation sent the offer back to draft: {problems}" if problems else "The offer is a draft."
    return failed("offer_live", was, "Publish the offer, and take it live once it is validated.", publish)


_LISTING: Final = {
    "solutionType": "a solution type",
    "platforms": "a platform",
    "segments": "a customer segment",
    "solutionAreas": "a solution area with a sub-area",
}


def listing_complete(offer: Offer, limits: Limits) -> Check:
    lacking = [words for field, words in _LISTING.items() if not offer[field]]
    wrong = _wrong_areas(offer["solutionAreas"], limits)
    if not lacking and wrong is None:
        return passed("listing_complete", _listing_in_words(offer))
    choose = [f"Choose {named(lacking)}."] if lacking else []
    evidence = f"Not chosen yet: {named(lacking)}." if lacking else _listing_in_words(offer)
    edit = fix("Complete the co-sell details.", f"/offers/{offer['id']}/edit", edit_call(offer))
    return failed("listing_complete", evidence, " ".join([*choose, *([wrong] if wrong else [])]), edit)


def edit_call(offer: Offer, **body: Any) -> Call:
    """The edit that changes a field of the draft; it needs the ETag that was read."""
    call: Call = {"method": "PATCH", "path": f"/api/offers/{offer['id']}"}
    return {**call, "body": body} if body else call


def _wrong_areas(areas: Sequence[Mapping[str, Any]], limits: Limits) -> str | None:
    if len(areas) > limits.solution_areas:
        return f"Name at most {counted(limits.solution_areas, 'solution area')}."
    wrong = [each["area"] for each in areas if not 1 <= len(each["subAreas"]) <= limits.sub_areas]
    return f"Choose one to {counted(limits.sub_areas, 'sub-area')} of {named(wrong)}." if wrong else None


def _listing_in_words(offer: Offer) -> str:
    areas = "; ".join(f"{each['area']} ({', '.join(each['subAreas'])})" for each in offer["solutionAreas"])
    return (
        f"Solution type {offer['solutionType']}; platforms {named(offer['platforms'])}; "
        f"segments {named(offer['segments'])}; areas {areas}."
    )


def document(offer: Offer, id: CheckId, kind: str, label: str) -> Check:
    """Whether the offer has its document of this type."""
    held = offer["documents"].get(kind)
    if held is not None:
        return passed(id, f"The {label} is {file_in_words(held)}.")
    call: Call = {"method": "POST", "path": f"/api/offers/{offer['id']}/documents/{kind}"}
    upload = fix(f"Upload the {label}.", f"/offers/{offer['id']}#documents", call)
    return failed(id, f"There is no {label}.", f"Upload a {label}; see what it must say beside its field.", upload)


def file_in_words(held: Mapping[str, Any]) -> str:
    """“deck.pptx” (12 slides, fr)."""
    facts = {**held, **(held.get("facts") or {})}
    known = [counted(facts[f"{part}s"], part) for part in ("page", "slide", "sheet") if facts.get(f"{part}s")]
    known += [facts["language"]] if isinstance(facts.get("language"), str) else []
    return f"“{held['fileName']}”" + (f" ({', '.join(known)})" if known else "")


def evidence_in_words(evidence: Mapping[str, Any]) -> str:
    """slide 7: “Reference architecture”."""
    part = evidence["part"]
    return (f"{part['kind']} {part['number']}: " if part else "") + f"“{evidence['text']}”"


def pitch_deck(offer: Offer) -> Check:
    """The deck should show or name the architecture diagram; without one it passes all the same."""
    check = document(offer, "pitch_deck", "solution_pitch_deck", "solution pitch deck")
    diagram = (offer["documents"].get("solution_pitch_deck") or {}).get("diagram")
    if diagram is None:
        return check
    if not diagram["found"]:
        return {**check, "advice": "No architecture diagram was found in the deck; show it, or say where it is."}
    seen = "; ".join(map(evidence_in_words, diagram.get("evidence") or []))
    return {**check, "evidence": check["evidence"] + f" An architecture diagram was found{': ' if seen else ''}{seen}."}


def sales_contacts(offer: Offer, rows: list[GridRow]) -> Check:
    """Whether there is one for every country where the offer is available, which are some."""
    if not rows:
        choose = fix("Choose where the offer is available.", f"/offers/{offer['id']}/edit", edit_call(offer))
        return failed("sales_contacts", "The offer is available in no country.", "Choose its countries.", choose)
    open_ = without_sales(rows)
    active = offer["activeImport"]
    if not open_:
        everywhere = any(row["everywhere"] for row in rows)
        where = "everywhere" if everywhere else f"in {named(row['country'] for row in rows)}"
        return passed("sales_contacts", f"There are Partner sales contacts {where}.", _states_advice(rows))
    if active is None:
        evidence = "There is no contacts list."
    elif "coverage" not in active:
        evidence = "The contacts list was imported by an earlier version, which did not note where its contacts work."
    else:
        evidence = f"No Partner sales contact among {counted(active['contacts'], 'contact')} is for {named(open_)}."
    upload: Call = {"method": "POST", "path": f"/api/offers/{offer['id']}/contacts"}
    cheapest = fix(_cheapest(open_, active), f"/offers/{offer['id']}/contacts", upload)
    todo = f"Name a Partner sales contact for {named(open_)}, or make the offer available elsewhere only."
    return failed("sales_contacts", evidence, todo, cheapest)


def _cheapest(open_: Sequence[str], active: Mapping[str, Any] | None) -> str:
    """One row does it: a list is replaced whole, so what is in force is downloaded first."""
    start = "Upload a contacts file" if active is None else "Download the list, and upload it"
    if active is not None and "coverage" not in active:
        return f"{start} again."
    unnameable = [country for country in open_ if country in COUNTRIES_WITHOUT_CONTACTS]
    if unnameable or len(open_) > 20:
        why = f" ({named(unnameable)} cannot be named in it)" if unnameable else ""
        return f"{start} with one Partner sales contact whose Countries/Regions is {EVERYWHERE}, for everywhere{why}."
    cell = ",".join(open_)
    quoted = f"“{cell}”, in quotation marks" if len(open_) > 1 else cell
    return f"{start} with one Partner sales contact more, whose Countries/Regions is {quoted}."


def _states_advice(rows: Sequence[GridRow]) -> str | None:
    part = [f"{row['country']} ({counted(len(row['missingStates']), 'state')})" for row in rows if row["missingStates"]]
    return f"Nobody is named for some states of {named(part)}." if part else None
