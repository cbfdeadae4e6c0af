"""Changes become a Plan: order, steps, reasons, safety limits, cost. Pure."""
