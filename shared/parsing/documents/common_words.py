"""The small words languages are held together with, and a few that business documents are full of [ours]."""

from typing import Final

COMMON: Final = {
    "en": """
        the and of to in is for with that on are this from by be as it an or our your we you can will have has
        at which their more all how what not into new customers use using business support through across its
        each every than over while within one up out customer
    """,
    "de": """
        der die das und ist für mit den von zu im auf ein eine einen einer werden wird sie nicht auch des dem
        bei aus als wir unsere unser ihre sind durch über nach kunden lösung oder zum zur mehr haben kann können
    """,
    "fr": """
        le la les des et est pour dans une un du avec sur que qui par au aux ce cette nos vos notre votre plus
        pas sont nous vous ou en leur leurs être afin données clients entreprise sans chez grâce
    """,
    "es": """
        el la los las de que y en un una para con por del es se su sus al como más nuestra nuestro nuestros son
        lo o esta este datos clientes empresa solución sin desde entre también sobre está cada
    """,
    "pt": """
        o a os as de que e em um uma para com por do da dos das é se seu sua seus ao à como mais nossa nosso
        nossos são não no na nos nas dados clientes empresa solução sem entre também sobre está cada pelo pela
    """,
    "it": """
        il lo la i gli le di che e è in un una per con del della dei delle degli al alla nel nella come più
        nostro nostra sono si non dati clienti soluzione ai anche da dal dalla questo questa
    """,
    "nl": """
        de het een en van is voor met dat op zijn te in aan door bij als wij onze uw niet ook naar wordt worden
        deze om u of meer hebben kunnen klanten oplossing
    """,
    "sv": """
        och att det som en ett är för med på av den till inte om har vi de kan från våra vår ni eller också alla
        kunder lösning blir genom
    """,
    "da": """
        og at det som en et er for med på af den til ikke om har vi de kan fra vores der eller også alle kunder
        løsning bliver gennem jeres
    """,
    "no": """
        og å det som en et er for med på av den til ikke om har vi de kan fra våre vår eller også alle kunder
        løsning blir gjennom hvordan
    """,
    "fi": """
        ja on ei että se joka ovat myös kun tai sekä mutta meidän teidän asiakkaat ratkaisu kanssa voi olla niin
        kuin jos tämä
    """,
    "pl": """
        i w na z do się nie jest że to dla oraz od po przez są jak który która które nasze nasz klienci
        rozwiązanie można przy tym lub
    """,
    "cs": """
        a v na se je z do že s pro to jako od po který která které jsou jsme naše náš zákazníci řešení nebo při
        také aby
    """,
    "tr": """
        ve bir bu için ile da de olarak daha en çok olan gibi her veya müşteriler çözüm kadar sonra değil ise
    """,
    "hu": """
        a az és hogy nem is egy van meg ez vagy mint csak minden ügyfelek megoldás számára valamint által között
    """,
    "ro": """
        și în de la cu pe din care este pentru un o nu sunt mai sau prin clienți soluție noastră noastre ale al
    """,
}
LETTERS: Final = {
    "de": "ß", "es": "ñ¿¡", "pt": "ãõ", "pl": "łśżźćęąń", "cs": "řěů", "tr": "ığş", "hu": "őű", "ro": "țșă", "fr": "œ",
}  # fmt: skip
"""Letters of one of these languages alone, or nearly."""
SCRIPTS: Final = {
    "ja": "[\u3040-\u30ff]",
    "ko": "[\uac00-\ud7af]",
    "zh": "[\u4e00-\u9fff]",
    "ar": "[\u0600-\u06ff]",
    "he": "[\u0590-\u05ff]",
    "el": "[\u0370-\u03ff]",
    "th": "[\u0e00-\u0e7f]",
    "hi": "[\u0900-\u097f]",
    "ru": "[\u0400-\u04ff]",
    "": "[A-Za-zÀ-ɏ]",
}
"""A letter of each script, by the commonest language in it; Latin has none."""
