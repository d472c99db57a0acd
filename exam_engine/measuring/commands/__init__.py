"""Commands that need no database: files in, figures out."""

from exam_engine.measuring.commands.analyse import analyse
from exam_engine.measuring.commands.assemble import assemble
from exam_engine.measuring.commands.dif import dif
from exam_engine.measuring.commands.equate import equate
from exam_engine.measuring.commands.similarity import similarity
from exam_engine.measuring.commands.standard import standard
from exam_engine.measuring.commands.times import times

COMMANDS = (analyse, assemble, dif, equate, similarity, standard, times)
