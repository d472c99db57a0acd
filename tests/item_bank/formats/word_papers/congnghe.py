"""Công nghệ 10 as it was typed in 1999: all of it in fonts of TCVN3, headings in the font of capitals; its second
half in fonts of VNI."""

from __future__ import annotations

from tests.item_bank.formats.documents import document, in_font, paragraph

EXPECTED = [(str(number), "single_choice", key) for number, key in enumerate("BCAD", 1)]
TCVN3, CAPITALS, VNI = ".VnTime", ".VnTimeH", "VNI-Times"


def underlined(text: str, font: str) -> str:
    return in_font(text, font).replace("<w:rPr>", '<w:rPr><w:u w:val="single"/>')


def build() -> bytes:
    return document(
        paragraph(in_font("®Ò kiÓm tra häc kú I", CAPITALS)),
        paragraph(in_font("C©u 1: §Êt trång cã mÊy phÇn?", TCVN3)),
        paragraph(in_font("A. Mét\t", TCVN3), underlined("B.", TCVN3), in_font(" Ba\tC. N¨m\tD. B¶y", TCVN3)),
        paragraph(in_font("C©u 2: Ph©n nµo lµ ph©n h÷u c¬?", TCVN3)),
        paragraph(in_font("A. §¹m\tB. L©n\t", TCVN3), underlined("C. Ph©n chuång", TCVN3), in_font("\tD. Kali", TCVN3)),
        paragraph(in_font("Caâu 3: Gioáng luùa naøo ngaén ngaøy?", VNI)),
        paragraph(in_font("A. Luùa heø thu*", VNI)),
        paragraph(in_font("B. Luùa muøa", VNI)),
        paragraph(in_font("C. Luùa nöông", VNI)),
        paragraph(in_font("D. Luùa trôøi", VNI)),
        paragraph(in_font("Caâu 4: Ñaát pheøn coù pH", VNI)),
        paragraph(in_font("A. lôùn hôn 7\tB. baèng 7\tC. baèng 8\tD. nhoû hôn 7", VNI)),
        paragraph(in_font("Ñaùp aùn: D", VNI)),
    )
