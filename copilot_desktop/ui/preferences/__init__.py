"""The settings page: models, appearance, editor. Widgets only; reading, writing and keys are in `bridge`."""
