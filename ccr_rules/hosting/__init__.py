"""What runs beside the engine, and may fail without taking it along."""
