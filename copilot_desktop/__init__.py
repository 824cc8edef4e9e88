"""copilot-desktop: pair programming with a language model, in a native window.

Nothing is written before you approve it, every byte sent is visible and priced, and it stays small and quick.
"""

from typing import Final

__version__ = "0.1.0"

# One id everywhere: desktop file, Wayland, keyring service, installers. Never change it: keys are stored under it.
APPLICATION_ID: Final = "io.github.copilot_desktop.CopilotDesktop"
APPLICATION_NAME: Final = "Copilot Desktop"
