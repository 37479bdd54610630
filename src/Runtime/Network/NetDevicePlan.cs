// SPDX-License-Identifier: Apache-2.0
using System.Text;

namespace Runcs.Network;

/// <summary>A network device of the host that moves into the container.</summary>
/// <param name="InnerName">Its name in the container; "" to keep its name; <c>NAME%d</c> for the first free number.</param>
public sealed record NetDevicePlan(string Name, string InnerName, string JsonPath)
{
    public void Describe(StringBuilder text)
    {
        text.Append("move network device ").Append(Name);
        if (InnerName.Length > 0) text.Append(" as ").Append(InnerName);
        text.Append('\n');
    }
}
