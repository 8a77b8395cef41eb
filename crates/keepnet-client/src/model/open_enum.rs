//! Texts with known values: the service may send others, so a closed enum would not do.

/// A text type with a constant for each known value:
/// `open_enum! { /// Doc. Priority { VERY_HIGH = "VeryHigh" } }`.
macro_rules! open_enum {
    ($(#[$meta:meta])* $name:ident { $($constant:ident = $value:literal),* }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub String);

        impl $name {
            $(
                #[doc = concat!("`", $value, "`, a value that clients of the service use.")]
                pub const $constant: &'static str = $value;
            )*
        }

        impl ::std::ops::Deref for $name {
            type Target = String;

            #[inline]
            fn deref(&self) -> &String {
                &self.0
            }
        }

        impl<T: Into<String>> From<T> for $name {
            #[inline]
            fn from(value: T) -> Self {
                Self(value.into())
            }
        }

        impl ::std::fmt::Display for $name {
            #[inline]
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl ::serde::Serialize for $name {
            #[inline]
            fn serialize<S: ::serde::Serializer>(&self, output: S) -> Result<S::Ok, S::Error> {
                output.serialize_str(&self.0)
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            #[inline]
            fn deserialize<D: ::serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                String::deserialize(input).map(Self)
            }
        }
    };
}

pub(crate) use open_enum;
