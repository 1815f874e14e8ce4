"""Add data, as it should be done: the file in data/raw, a word in the datasheet, the manifest made anew."""

BIRD = 'PAL0910,{},Adelie Penguin (Pygoscelis adeliae),Anvers,Dream,"Adult, 1 Egg Stage",N{}A{},Yes,2009-11-20,'


def a_season_more(study):
    rows = []
    for n in range(20):
        female = f"{36 + n / 7:.1f},{17 + n / 11:.1f},{182 + n},3{n + 10}0,FEMALE"
        male = f"{39 + n / 6:.1f},{18 + n / 13:.1f},{188 + n},4{n + 10}0,MALE"
        rows += [BIRD.format(200 + 2 * n + k, 200 + n, k + 1) + bird for k, bird in enumerate((female, male))]
    study.append("data/raw/penguins-raw.csv", "".join(f"{row},NA,NA,\n" for row in rows))
    study.harness("manifest")


def codebook(study):
    study.write("data/raw/codebook.txt", "Sex: as told by blood; NA where none was taken.\n")
    study.append("data/DATASHEET.md", "\n`raw/codebook.txt`: what the columns mean.\n")
    study.harness("manifest")


def codebook_outside_raw(study):
    study.write("data/CODEBOOK.md", "# Codebook\n\nSex: as told by blood; NA where none was taken.\n")
