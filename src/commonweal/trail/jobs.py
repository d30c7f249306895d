from __future__ import annotations

from commonweal.kit import clock
from commonweal.kit.jobs import job

from .models import Step


@job(lane="bulk", schedule="41 3 * * *")
def forget_expired_steps() -> None:
    """Nightly: delete steps whose declared time to be kept has passed."""
    Step.objects.filter(keep_until__lt=clock.now()).delete()
