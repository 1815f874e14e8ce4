"""Append rows that came in later to the raw file, and forget the manifest."""

CHECK = "D1"
BIRD = 'PAL0910,153,Adelie Penguin (Pygoscelis adeliae),Anvers,Dream,"Adult, 1 Egg Stage",'
ROW = BIRD + "N99A{},Yes,2009-11-20,{},NA,NA,\n"


def two_birds(study):
    birds = ROW.format(1, "39.6,18.1,186,3550,FEMALE") + ROW.format(2, "40.7,19.2,194,4150,MALE")
    study.append("data/raw/penguins-raw.csv", birds)
