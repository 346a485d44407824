"""What the rules mean that are found while a file is read: `gatepost.manifest` reports them, at a launch, too."""

from __future__ import annotations

__all__ = ["EXPLANATIONS", "FIXABLE", "OWN_TITLES"]

_TEXT_RULES = frozenset({"GP101", "GP102", "GP105", "GP108", "GP109", "GP111"})
_VALUE_RULES = frozenset({"GP203", "GP206", "GP303", "GP307", "GP308", "GP401", "GP404", "GP406", "GP502"})
FIXABLE = _TEXT_RULES | _VALUE_RULES | {"GP205", "GP209", "GP304", "GP305"}
"""Numbers of the rules whose findings are corrected, where that can be done without a person."""

OWN_TITLES = {
    "GP100": "The manifest cannot be read",
    "GP991": "The list of ignored rules names a rule that does not exist",
    "GP992": "The list of ignored rules names what is not found any more",
}
"""Rules of validation itself that are no functions."""

EXPLANATIONS = {
    "GP100": """No other rule can be checked, and the app cannot be launched. The message says what stands where.""",
    "GP101": """Readers expect UTF-8 without a byte order mark. ``--fix`` writes it so; a file that was read as Windows-1252 is
left to a person, since only a person sees whether its accents are right.""",
    "GP102": """Strict readers, the platform's among them, stop at a comma before ``]`` or ``}``. ``--fix`` removes it.""",
    "GP103": """JSON has no comments, and strict readers stop at one. Move the words into ``note``, or the README.""",
    "GP104": """Readers differ in which of the two counts; here the last one does. Keep the one that is meant.""",
    "GP105": """Strict readers stop at a raw tab or other control character inside a text. ``--fix`` escapes it.""",
    "GP106": """JSON has no such numbers. Write a number, or remove the key.""",
    "GP107": """The escape stands for half a character. Write the character itself.""",
    "GP108": """Allowed in JSON; other files of the kind are indented with blanks, and comparisons are easier to read. ``--fix``
puts two blanks in the place of each.""",
    "GP109": """Tools that compare files mark it. ``--fix`` adds one.""",
    "GP110": """The file comes from a template that was not filled in: make the app from it, or write the value.""",
    "GP111": """Strict readers stop there. A backslash is written as two; ``--fix`` does it.""",
    "GP199": """The number of findings of one file, or one rule, is limited. Correct those that are listed first.""",
    "GP201": """It has no effect. Often it is a known key in another spelling; the remedy says which.""",
    "GP202": """The platform, or a packager of the vendor, refuses the file without it.""",
    "GP203": """gatepost converts it; other readers refuse it, or take it for something else. ``--fix`` writes what was read.""",
    "GP204": """Nothing was read from it: the app goes on as if the key were not there.""",
    "GP205": """Remove the key, or give it a value. ``--fix`` removes it.""",
    "GP206": """Other readers compare exactly. ``--fix`` writes it as they do.""",
    "GP207": """The message says what was assumed in its place. Write one of the known values.""",
    "GP208": """The vendor's other tools do not know it. Right for an app that is packaged by that one.""",
    "GP209": """gatepost takes it for a list of one. ``--fix`` puts it between ``[`` and ``]``.""",
    "GP301": """A param's name is made of letters, digits and ``_``. Without one, there is no input.""",
    "GP302": """The input's name is the param's in lower case, with ``_`` for blanks, without other characters. The code reads it
by that name. Do not rename a param of a released app: values that people saved are kept by it.""",
    "GP303": """``--fix`` writes "String", which it is read as.""",
    "GP304": """The form shows params by ``sequence``. ``--fix`` numbers them from 1 in the order that they have.""",
    "GP305": """Which of the two comes first is up to the platform. ``--fix`` numbers all params from 1, in the order that they
have here.""",
    "GP306": """Only the last one can be filled in, or read.""",
    "GP307": """All defaults but a Boolean's are texts. ``--fix`` writes the text that was read.""",
    "GP308": """A Boolean's default is true or false, without quotation marks. ``--fix`` writes it.""",
    "GP309": """The form opens with a value that cannot be chosen, and the app gets it all the same.""",
    "GP310": """Without ``encrypt`` the platform stores the credential as plain text, and shows it to whoever opens the form.""",
    "GP401": """The platform chooses the interpreter by the first two numbers. ``--fix`` cuts the rest off.""",
    "GP402": """The vendor's templates have run.py. Others work, where the platform finds them.""",
    "GP403": """Without ``fileParams`` at least, the platform hands inputs over in the old, unencrypted way.""",
    "GP404": """``--fix`` writes ``|``, which it is read as.""",
    "GP405": """The platform identifies the app by it. Write the appId of the released app, or a new UUID for a new one.""",
    "GP406": """Versions are compared number by number. ``--fix`` writes what was read, where it begins with a number.""",
    "GP501": """The vendor's tools refuse a ``retry`` without ``defaultDelayMinutes`` and ``defaultMaxRetries``.""",
    "GP502": """``--fix`` writes "String", which it is read as.""",
    "GP503": """Inputs of other apps take it only where their ``playbookDataType`` names it.""",
    "GP504": """Name and type together are an output's key: one of the two is too many.""",
    "GP991": """Correct the number in ``[tool.gatepost.validate]`` of pyproject.toml, or on the command line.""",
    "GP992": """It was corrected, or its place has moved. Remove the entry, so that it hides nothing new.""",
}
"""Why each of these rules is there, and what to do, by number."""
