"""Has moved to `stytch_b2b_async.api._shared.factor_params`."""

from stytch_b2b_async._deprecated import Find, moved

__getattr__: Find = moved(
    __name__,
    "stytch_b2b_async.api._shared.factor_params",
    {
        "AuthenticatesRedirect": "RedirectLoginParams",
        "AuthenticatesMember": "MemberLoginParams",
        "ShowsFactors": "FactorProofParams",
        "MailsLogin": "LoginEmailParams",
        "MailsDiscovery": "DiscoveryEmailParams",
        "EnrollsMember": "MFAEnrollmentParams",
    },
)
