from django.apps import AppConfig


class TrainingConfig(AppConfig):
    """Free training for settings: nothing here until issue E."""

    name = "training"
    verbose_name = "Training"
