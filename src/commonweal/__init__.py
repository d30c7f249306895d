"""Community software whose work is done when something good happens offline."""
