// SPDX-License-Identifier: Apache-2.0
namespace Runcs.OciSpec;

/// <summary>How a seccomp rule compares an argument (config-linux.md, "Seccomp").</summary>
public static class LinuxSeccompOperator
{
    /// <summary>Not equal.</summary>
    public const string NotEqual = "SCMP_CMP_NE";

    /// <summary>Less.</summary>
    public const string LessThan = "SCMP_CMP_LT";

    /// <summary>Less or equal.</summary>
    public const string LessEqual = "SCMP_CMP_LE";

    /// <summary>Equal.</summary>
    public const string EqualTo = "SCMP_CMP_EQ";

    /// <summary>Greater or equal.</summary>
    public const string GreaterEqual = "SCMP_CMP_GE";

    /// <summary>Greater.</summary>
    public const string GreaterThan = "SCMP_CMP_GT";

    /// <summary>Equal under a mask.</summary>
    public const string MaskedEqual = "SCMP_CMP_MASKED_EQ";
}
