"""The posterior's readings of claims add up, and follow from their densities; see test_known_answers too."""

from __future__ import annotations

import numpy as np
import pytest

from shellcount.checks.components import claim_components
from shellcount.posterior.pointwise import draws_used
from shellcount.posterior.posterior import Posterior


def test_the_chance_of_being_off_is_the_mean_of_its_share_in_the_density(posterior: Posterior) -> None:
    model = posterior.model
    found = {each.claim: each.off for each in claim_components(posterior)}
    assert list(found) == list(model.places)
    at = draws_used(len(model.design.claim_at), np.prod(posterior.shape, dtype=int))
    for fitted in model.fitted:
        location = posterior.evaluation.location(fitted.readings[0]).reshape(-1)
        sound, off = model.reporting[fitted.claim.id].log_parts(fitted.claim.stated, location)
        share = np.exp(off - np.logaddexp(sound, off))
        assert found[fitted.claim.id] == pytest.approx(share[at].mean(), rel=1e-9)
        assert found[fitted.claim.id] == pytest.approx(share.mean(), abs=4 * share.std() / np.sqrt(at.size))


def test_claims_that_name_one_nature_and_date_leave_nothing_open(posterior: Posterior) -> None:
    for each in claim_components(posterior):
        assert each.readings == ()
        assert each.date is None
