"""`exam-engine analyse`, `dif`, `equate`, `similarity`, `standard`, `times`: figures of files, without a database."""

from exam_engine.measuring.commands.analyse import analyse
from exam_engine.measuring.commands.dif import dif
from exam_engine.measuring.commands.equate import equate
from exam_engine.measuring.commands.similarity import similarity
from exam_engine.measuring.commands.standard import standard
from exam_engine.measuring.commands.times import times

COMMANDS = (analyse, dif, equate, similarity, standard, times)
