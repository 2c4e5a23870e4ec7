"""The least that a PySide6 app can be: an empty main window. What fmsdiag's start is compared with."""

import sys

from PySide6.QtWidgets import QApplication, QMainWindow

app = QApplication(sys.argv)
window = QMainWindow()
window.setWindowTitle("bare window")
window.resize(1100, 720)
window.show()
sys.exit(app.exec())
