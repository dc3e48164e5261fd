"""A GLM endpoint on 127.0.0.1 that answers, fails and garbles as the real ones were seen to.

A test starts it in a flavor, says with scripts how requests are answered, and reads afterwards
in the log what arrived and when the client left. See FAULTS for everything that can be wrong.
"""

from .flavors import FLAVORS
from .log import Exchange
from .script import FAULTS, Script
from .server import Simulator

__all__ = ["FAULTS", "FLAVORS", "Exchange", "Script", "Simulator"]
