"""Your own tests go beside this one: what a model of this study has to do, on birds that are made up."""

import pandas as pd

from harness import seeds
from study.models import DeepBill


def test_a_bird_is_male_if_its_bill_is_deeper_than_the_median_of_its_species():
    rng = seeds.generator(2007, "birds that are made up")
    depth = rng.permutation([17.0, 18.0, 20.0, 21.0])
    birds = pd.DataFrame({"species": "Adelie", "bill_depth_mm": depth})
    sex = ["MALE" if mm > 19 else "FEMALE" for mm in depth]
    assert DeepBill().fit(birds, sex).predict(birds).tolist() == sex
