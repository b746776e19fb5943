"""füge Ä hinzu 🐍

Revises: b2
"""
revision = 'a1'; x = "é"; down_revision = 'b2'
