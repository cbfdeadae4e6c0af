"""A plan as one page that needs nothing but itself: no request, no library, no server."""
