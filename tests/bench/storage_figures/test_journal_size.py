"""Two rows share a page of the journal, or one has it for itself."""

from laconic_bench.storage_figures.journal_size import RECORDS, measure
from laconic_gateway.edge.storage.journal import SCHEMA


def test_a_row_of_more_than_half_a_page_has_one_for_itself() -> None:
    found = measure((300, 570))
    page_bytes = SCHEMA.page_bytes
    assert page_bytes / 3 < found[300] < page_bytes
    few_others = 1.05
    assert page_bytes <= found[570] < few_others * page_bytes
    assert round(RECORDS * found[570]) % page_bytes == 0
