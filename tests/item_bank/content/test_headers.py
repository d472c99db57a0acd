from __future__ import annotations

from item_bank.content.markup import from_html, render


def test_a_header_cell_of_formulas_alone_has_a_name() -> None:
    row = "<tr><th scope='row'>$f'(x)$</th><td>$+$</td></tr>"
    second = "<tr><th>$\\frac{1}{2}$</th><th>Giá trị $x$</th></tr>"
    shown = render(from_html(f"<p>Cho $f'(x)$.</p><table>{row}{second}</table>"))
    before, table = shown.split("<table>")
    assert "aria-label" not in before
    assert table.count("aria-label") == 2
    assert any(f'aria-label="{name}"' in table for name in ("f′(x)", "f'(x)", "f&#x27;(x)"))
    assert 'aria-label="\\frac{1}{2}"' in table


def test_an_empty_corner_is_no_header() -> None:
    shown = render(from_html("<table><tr><th colspan='2' scope='col'> </th><th><b></b></th><th>A</th></tr></table>"))
    assert shown.count("<th") == 1
    assert '<td colspan="2"> </td>' in shown
    assert "scope" not in shown
