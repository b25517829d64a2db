"""Words for who uses the service, and for claimants as they are referred."""

from enum import StrEnum


class Role(StrEnum):
    JOBCENTRE_ADVISER = "jobcentre_adviser"
    NEXT_STEP_ADVISER = "next_step_adviser"
    RECEPTION = "reception"
    DISTRICT_LEAD = "district_lead"
    ADMIN = "admin"


ROLE_NAMES = {
    Role.JOBCENTRE_ADVISER: "Jobcentre adviser",
    Role.NEXT_STEP_ADVISER: "Next Step adviser",
    Role.RECEPTION: "Reception",
    Role.DISTRICT_LEAD: "District lead",
    Role.ADMIN: "Administrator",
}


class Stage(StrEnum):
    """Claim stages: new claim, 13 weeks, 26 weeks (000:55-60)."""

    STAGE_1 = "1"
    STAGE_2 = "2"
    STAGE_3 = "3"


class ReferralReason(StrEnum):
    SKILLS_HEALTH_CHECK = "skills_health_check"
    CHANGE_OF_WORK = "change_of_work"
    TRAINING_ADVICE = "training_advice"
    RETURN_TO_WORK = "return_to_work"
    CV_ONLY = "cv_only"
    BASIC_SKILLS_FIRST = "basic_skills_first"


class ReferralState(StrEnum):
    OPEN = "open"
    SIGNPOSTED = "signposted"
    RETURNED = "returned"
    CLOSED = "closed"


class LeaveKind(StrEnum):
    ANNUAL = "annual leave"
    SICK = "sick"
    TRAINING = "training"
