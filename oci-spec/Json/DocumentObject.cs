// SPDX-License-Identifier: Apache-2.0
namespace Runcs.OciSpec.Json;

/// <summary>A type that is read from a JSON object and written as one.</summary>
/// <remarks>A class and not an interface: its calls go through the vtable, and the first call costs no more than the others.</remarks>
public abstract class DocumentObject : WritableObject
{
    private protected DocumentObject()
    {
    }

    /// <summary>Reads the member that <paramref name="reader"/> stands at; a name that the type does not have is passed over.</summary>
    internal abstract void ReadMember(ref DocumentReader reader);
}
