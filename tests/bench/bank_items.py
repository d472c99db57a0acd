"""Fifty thousand items of one bank, made by PostgreSQL itself, beside a smaller bank."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from exam_engine import migrations
from exam_engine.kit.database import transaction
from item_bank.content.folding import fold

ITEMS = 50_000

_WORDS = fold(
    "cho biểu thức giá trị lớn nhất nhỏ nhất của phương trình nghiệm thực đồ thị đường thẳng mặt phẳng khối chóp"
    " thể tích xác suất biến cố tổ hợp dãy số cấp cộng nhân đạo tích phân nguyên khoảng cách góc giữa hai vectơ toạ"
    " độ trong không gian logarit mũ bất tập hợp số phức mô đun điện trở dòng từ trường sóng ánh sáng axit bazơ muối"
)

#: A sixth of the items belongs to the other bank; every fifth has a second version.
_FILL = (
    "insert into exam.unit (public_id, path, kind, name) values ('bench', 'bench.', 'school', 'Bench')",
    """
    insert into item_bank.bank (public_id, unit_id, name)
    select 'bench' || n, (select id from exam.unit), 'Bench' from generate_series(1, 2) n
    """,
    """
    insert into item_bank.item (public_id, bank_id, status, created_by)
    select 'i' || n, (select min(id) + (n % 6 = 0)::int from item_bank.bank),
        case when n % 97 = 0 then 'returned' else (array['approved', 'draft', 'in_review', 'retired'])[1 + n % 4] end,
        1 + n % 40
    from generate_series(1, :items * 6 / 5) n
    """,
    """
    insert into item_bank.item_version
        (item_id, number, digest, content, type, subject, grade, topic, level, language, tags, search, created_by)
    select i.id, version, md5(i.id || ' ' || version),
        jsonb_build_object('stem', jsonb_build_object('html', '<p>' || t.words || '</p>'),
            'rationale', jsonb_build_object('html', t.words), 'interaction', jsonb_build_object('type', 'essay')),
        (array['single_choice', 'single_choice', 'true_false_cluster', 'numeric', 'essay'])[1 + i.id % 5],
        (array['Toán', 'Vật lí', 'Hoá học', 'Ngữ văn'])[1 + i.id / 12500 % 4],
        (array['10', '11', '12'])[1 + i.id % 3],
        'Chương ' || i.id % 23 || ' ▸ Bài ' || i.id % 19,
        (array['Biết', 'Hiểu', 'Vận dụng', ''])[1 + i.id / 7 % 4],
        case when i.id % 101 = 0 then 'fr' else 'vi' end,
        array['nhãn ' || i.id % 97, 'hk' || i.id % 2],
        t.words || case when i.id % 3 = 0 then ' ham so' else '' end
            || case when i.id % 1009 = 0 then ' tiem can xien' else '' end,
        1 + i.id % 40
    from item_bank.item i cross join generate_series(1, 2) version cross join lateral (
        select string_agg(w, ' ') as words
        from (select w from unnest(string_to_array(:words, ' ')) w order by md5(i.id || w) limit 45) chosen) t
    where version = 1 or i.id % 5 = 0
    order by i.id, version
    """,
    """
    update item_bank.item set answered = 200, facility = id % 100 / 100.0, flagged = id % 29 = 0 where id % 2 = 0
    """,
)


async def fill(engine: AsyncEngine) -> int:
    """Of an empty database; the id of the larger bank."""
    given = {"items": ITEMS, "words": _WORDS}
    async with transaction(engine) as connection:
        await migrations.upgrade(connection)
        for statement in _FILL:
            values = {name: value for name, value in given.items() if f":{name}" in statement}
            await connection.execute(text(statement), values)
        bank_id = int(await connection.scalar(text("select min(id) from item_bank.bank")) or 0)
    async with transaction(engine.execution_options(isolation_level="AUTOCOMMIT")) as connection:
        await connection.execute(text("vacuum analyze"))
    return bank_id
