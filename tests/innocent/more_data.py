"""Add data, as it should be done: the file in data/raw, a word in the datasheet, the manifest made anew."""

BIRD = 'PAL0910,{},Adelie Penguin (Pygoscelis adeliae),Anvers,Dream,"Adult, 1 Egg Stage",N{}A{},Yes,2009-11-20,'


def a_season_more(study):
    rows = []
    for n in range(20):
        rows.append(
            BIRD.format(200 + 2 * n, 200 + n, 1) + f"{36 + n / 7:.1f},{17 + n / 11:.1f},{182 + n},3{n + 10}0,FEMALE"
        )
        rows.append(
            BIRD.format(201 + 2 * n, 200 + n, 2) + f"{39 + n / 6:.1f},{18 + n / 13:.1f},{188 + n},4{n + 10}0,MALE"
        )
    study.append("data/raw/penguins-raw.csv", "".join(f"{row},NA,NA,\n" for row in rows))
    study.harness("manifest")


def codebook(study):
    study.write("data/raw/codebook.txt", "Sex: as told by blood; NA where none was taken.\n")
    study.append("data/DATASHEET.md", "\n`raw/codebook.txt`: what the columns mean.\n")
    study.harness("manifest")


def codebook_outside_raw(study):
    study.write("data/CODEBOOK.md", "# Codebook\n\nSex: as told by blood; NA where none was taken.\n")
