"""Start the image from a tag that moves: python:3.12 today is another image than next month."""

CHECK = "lint"
PLACE = ("hook id: images-exact", "Dockerfile:", ":FROM python:3.12-slim")
VARIANTS = {
    "an_argument_in_the_first_of_two_stages": {"PLACE": ("hook id: images-exact", "Dockerfile:", ":ARG TAG=latest")},
    "no_tag_for_apptainer": {"PLACE": ("hook id: images-exact", "apptainer.def:", ":From: continuumio/miniconda3")},
    "a_tool_copied_from_latest": {"PLACE": ("hook id: images-exact", "Dockerfile:", ":COPY --from=ghcr.io")},
}
EXACT = "FROM docker.io/library/python:3.12.12-slim-bookworm"


def two_numbers(study):
    study.edit("Dockerfile", EXACT, "FROM python:3.12-slim")


def an_argument_in_the_first_of_two_stages(study):
    study.edit("Dockerfile", EXACT, f"ARG TAG=latest\nFROM jupyter/scipy-notebook:${{TAG}} AS tools\n{EXACT}")


def no_tag_for_apptainer(study):
    text = study.read("apptainer.def")
    start = text.index("Bootstrap: docker-archive\nFrom: ")
    end = text.index("\n", start + len("Bootstrap: docker-archive\n"))
    study.write("apptainer.def", f"{text[:start]}Bootstrap: docker\nFrom: continuumio/miniconda3{text[end:]}")


def a_tool_copied_from_latest(study):
    study.edit("Dockerfile", "\nWORKDIR", "\nCOPY --from=ghcr.io/astral-sh/uv:latest /uv /bin/\nWORKDIR")
