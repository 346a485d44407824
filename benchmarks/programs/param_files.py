"""Decrypting a param file of 20 KB.

The order names the ``framework`` (``gatepost`` or ``tcex``), the ``file`` and its ``key``.
"""

from pathlib import Path

from interleave import answer


def subjects(order):
    content, key = Path(order["file"]).read_bytes(), order["key"]
    if order["framework"] == "gatepost":
        from gatepost.inputs.param_file import decrypt_params

        return {"gatepost": lambda: decrypt_params(content, key)}
    import json

    from tcex.util.aes_operation import AesOperation

    return {"tcex": lambda: json.loads(AesOperation.decrypt_aes_cbc(key, content))}


answer(subjects)
