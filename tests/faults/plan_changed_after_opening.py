"""Open the sealed test, change the plan after what came out, and run as if it had always been so."""

CHECK = "T1"


def margin_after_the_test(study):
    study.harness("unseal", "--reason", "To see where we stand.")
    study.commit("A look")
    study.edit("study/plan.toml", "margin = 0.02 ", "margin = 0.05 ")
    study.quick()
    study.accept(study.run_id())
