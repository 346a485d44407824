"""The hello playbook: a manifest, one input that is read, one output that is written."""

from gatepost import App, Inputs, Outputs, Runtime


class AppInputs(Inputs):
    """The step's own input."""

    text: str


class AppOutputs(Outputs, prefix="demo"):
    """What the step gives out."""

    out: str


app = App(AppInputs, outputs=AppOutputs)


@app.playbook
def upper(runtime: Runtime[AppInputs, AppOutputs]) -> str:
    """Write the text in capitals."""
    runtime.outputs.out = runtime.inputs.text.upper()
    return "done"


if __name__ == "__main__":
    app.run()
