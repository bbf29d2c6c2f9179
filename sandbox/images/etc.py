"""The `/etc` of an image as a volume, since an engine empties `/etc/hosts` of a container without its network."""

from __future__ import annotations

from docker import APIClient
from docker.errors import NotFound
from docker.types import Mount

from sandbox.images.inputs import ETC_IN_IMAGE, REPOSITORY

ETC_LABEL = f"{REPOSITORY}.etc"


def etc_volume_of(tag: str) -> str:
    """Return the name of the volume for an image."""
    return tag.replace("/", ".").replace(":", ".") + ".etc"


def keep_etc(api: APIClient, tag: str, volume: str) -> None:
    """Make the volume where it is missing: an engine fills it from the image when a container mounts it there."""
    try:
        api.inspect_volume(volume)
    except NotFound:
        mount = Mount(ETC_IN_IMAGE, volume, type="volume", labels={ETC_LABEL: tag})
        config = api.create_host_config(mounts=[mount], network_mode="none")
        helper = api.create_container(tag, ["true"], host_config=config, network_disabled=True)["Id"]
        api.remove_container(helper, force=True)
