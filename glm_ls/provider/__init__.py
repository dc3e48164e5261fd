"""Model endpoints: a Request goes in, a stream of Delta comes out.

The only room that opens sockets, and only to the configured host. It knows messages and FIM
parts, never documents: what to ask is decided in `features`, how to ask it here.
"""
