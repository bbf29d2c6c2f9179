"""Removing what pods leave: at their end what slipped through, and what killed graders could not remove."""

from __future__ import annotations

from docker import APIClient

from sandbox.docker_engine.client import remove_container, remove_volume
from sandbox.docker_engine.groups import group_of, pods_with_groups, remove_group, thaw_all
from sandbox.docker_engine.ownership import OWNER_LABEL, POD_LABEL, Owner, owner_of_pod


def remove_pod(api: APIClient, pod: str) -> int:
    """Remove every container, volume and cgroup of a pod; return how many things there were."""
    return _remove_labelled(api, f"{POD_LABEL}={pod}") + _remove_groups(pod)


def remove_orphans(api: APIClient) -> int:
    """Remove everything whose grader has died on this host; a living grader's, or another host's, is left alone."""
    removed = 0
    for owner in _owners_seen(api):
        if owner.is_dead():
            removed += _remove_labelled(api, f"{OWNER_LABEL}={owner}")
    for pod in pods_with_groups():
        whose = owner_of_pod(pod)
        if whose is not None and whose.is_dead():
            removed += _remove_groups(pod)
    return removed


def _owners_seen(api: APIClient) -> set[Owner]:
    having = {"label": OWNER_LABEL}
    things = [
        *api.containers(all=True, filters=having),
        *(api.volumes(filters=having)["Volumes"] or ()),
    ]
    owners = (Owner.parse(thing["Labels"][OWNER_LABEL]) for thing in things)
    return {owner for owner in owners if owner is not None}


def _remove_labelled(api: APIClient, label: str) -> int:
    """Remove containers before the volumes that they hold."""
    removed = 0
    for container in api.containers(all=True, filters={"label": label}):
        thaw_all(container["Labels"].get(POD_LABEL, ""))
        removed += remove_container(api, container["Id"])
    for volume in api.volumes(filters={"label": label})["Volumes"] or ():
        removed += remove_volume(api, volume["Name"])
    return removed


def _remove_groups(pod: str) -> int:
    return int(remove_group(group_of(pod)))
