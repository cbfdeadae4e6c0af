"""The files that uploads are measured with: sparse, so that no disk is measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

MIB, GIB = 1 << 20, 1 << 30


@dataclass(frozen=True, slots=True)
class Shape:
    """``count`` files of ``size`` bytes."""

    count: int
    size: int

    @property
    def name(self) -> str:
        whole, unit = (self.size // GIB, "GiB") if self.size >= GIB else (self.size // MIB, "MiB")
        return f"{self.count:,} x {whole} {unit}"

    @property
    def total(self) -> int:
        return self.count * self.size

    def write(self, folder: Path) -> list[Path]:
        """The files, and their pages in memory: nobody pays for the first read."""
        folder.mkdir()
        paths = [folder / f"model-{number:05}.safetensors" for number in range(self.count)]
        for path in paths:
            with path.open("wb") as file:
                file.truncate(self.size)
            with path.open("rb", buffering=0) as file:
                while file.read(MIB):
                    pass
        return paths


FULL = (Shape(1, GIB), Shape(8, 128 * MIB), Shape(1024, MIB))
QUICK = (Shape(1, 128 * MIB), Shape(8, 16 * MIB), Shape(128, MIB))
