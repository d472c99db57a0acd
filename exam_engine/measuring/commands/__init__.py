"""`exam-engine analyse`, `dif`, `equate`, `similarity`: figures of files, without a database (docs/statistics.md)."""

from exam_engine.measuring.commands.analyse import analyse
from exam_engine.measuring.commands.dif import dif
from exam_engine.measuring.commands.equate import equate
from exam_engine.measuring.commands.similarity import similarity

COMMANDS = (analyse, dif, equate, similarity)
