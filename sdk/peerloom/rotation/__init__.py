"""All rounds of a course or a season, planned at once: whom everybody meets, and when."""

from peerloom.rotation.calendar import Rotation, RotationCertificate
from peerloom.rotation.making import rotate

__all__ = ["Rotation", "RotationCertificate", "rotate"]
