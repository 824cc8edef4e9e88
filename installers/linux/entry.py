"""What the frozen program runs. It lies outside the package, or the package would be in the program twice."""

import sys

from copilot_desktop.__main__ import main

sys.exit(main())
