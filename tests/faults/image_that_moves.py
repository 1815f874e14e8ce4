"""Start the image from a tag that moves: python:3.12 today is another image than next month."""

CHECK = "E5"
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
