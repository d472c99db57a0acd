"""The everyday path of one teacher and one class: quick quiz, homework, practice, and both their weeks."""
