"""The matrix of SendCloud's behaviours."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "fidelity.title": ("与 SendCloud 的对照", "Fidelity to SendCloud"),
    "fidelity.what": (
        (
            "SendCloud 的每项行为：与文档一致、与文档不同，或文档没有写明而由沙箱决定。"
            "说明为英文，每项都有测试。"
        ),
        (
            "Each behaviour of SendCloud: here as documented, different, or undocumented "
            "and decided by the sandbox. Tests keep every row true."
        ),
    ),
    "fidelity.all": ("全部", "All"),
    "fidelity.status": ("状态", "Status"),
    "fidelity.status.implemented": ("一致", "As documented"),
    "fidelity.status.differs": ("不同", "Differs"),
    "fidelity.status.unknown": ("未写明", "Unknown"),
    "fidelity.behaviour": ("SendCloud 的行为", "What SendCloud does"),
    "fidelity.sandbox": ("沙箱的做法", "What the sandbox does"),
    "fidelity.source": ("出处", "Source"),
}
